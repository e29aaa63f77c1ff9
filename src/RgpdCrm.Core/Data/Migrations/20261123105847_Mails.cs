using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RgpdCrm.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class Mails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "cities",
                table: "searches");

            migrationBuilder.DropColumn(
                name: "property_type",
                table: "searches");

            migrationBuilder.AlterColumn<string>(
                name: "transaction",
                table: "searches",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(20)",
                oldMaxLength: 20);

            migrationBuilder.Sql("UPDATE searches SET transaction = CASE WHEN transaction = 'location' THEN 'Rental' ELSE 'Sale' END");

            migrationBuilder.AddColumn<string[]>(
                name: "communes",
                table: "searches",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AddColumn<string>(
                name: "frequency",
                table: "searches",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "Weekly");

            migrationBuilder.AddColumn<string[]>(
                name: "kinds",
                table: "searches",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AlterColumn<Guid>(
                name: "contact_id",
                table: "outgoing_mails",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AddColumn<Guid>(
                name: "account_id",
                table: "outgoing_mails",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "attempts",
                table: "outgoing_mails",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<Guid>(
                name: "by_id",
                table: "outgoing_mails",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "email_id",
                table: "outgoing_mails",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "failure",
                table: "outgoing_mails",
                type: "character varying(40)",
                maxLength: 40,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "next_attempt_at",
                table: "outgoing_mails",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "subject",
                table: "outgoing_mails",
                type: "character varying(150)",
                maxLength: 150,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "text",
                table: "outgoing_mails",
                type: "character varying(8000)",
                maxLength: 8000,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "sender_since",
                table: "installation",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "contact_links",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    email_id = table.Column<Guid>(type: "uuid", nullable: false),
                    purpose = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_links", x => x.id);
                    table.ForeignKey(
                        name: "fk_contact_links_contacts_contact_id",
                        column: x => x.contact_id,
                        principalTable: "contacts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_searches_communes",
                table: "searches",
                column: "communes")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_searches_transaction_max_price",
                table: "searches",
                columns: new[] { "transaction", "max_price" },
                filter: "frequency <> 'Never'");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_account_id",
                table: "outgoing_mails",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_next_attempt_at",
                table: "outgoing_mails",
                column: "next_attempt_at",
                filter: "state = 'Recorded'");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_sent_at",
                table: "outgoing_mails",
                column: "sent_at");

            migrationBuilder.CreateIndex(
                name: "ix_contact_links_contact_id",
                table: "contact_links",
                column: "contact_id");

            migrationBuilder.CreateIndex(
                name: "ix_contact_links_expires_at",
                table: "contact_links",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_contact_links_hash",
                table: "contact_links",
                column: "hash",
                unique: true);

            migrationBuilder.AddForeignKey(
                name: "fk_outgoing_mails_asp_net_users_account_id",
                table: "outgoing_mails",
                column: "account_id",
                principalTable: "accounts",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_outgoing_mails_asp_net_users_account_id",
                table: "outgoing_mails");

            migrationBuilder.DropTable(
                name: "contact_links");

            migrationBuilder.DropIndex(
                name: "ix_searches_communes",
                table: "searches");

            migrationBuilder.DropIndex(
                name: "ix_searches_transaction_max_price",
                table: "searches");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_account_id",
                table: "outgoing_mails");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_next_attempt_at",
                table: "outgoing_mails");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_sent_at",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "communes",
                table: "searches");

            migrationBuilder.DropColumn(
                name: "frequency",
                table: "searches");

            migrationBuilder.DropColumn(
                name: "kinds",
                table: "searches");

            migrationBuilder.DropColumn(
                name: "account_id",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "attempts",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "by_id",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "email_id",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "failure",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "next_attempt_at",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "subject",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "text",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "sender_since",
                table: "installation");

            migrationBuilder.AlterColumn<string>(
                name: "transaction",
                table: "searches",
                type: "character varying(20)",
                maxLength: 20,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(40)",
                oldMaxLength: 40);

            migrationBuilder.AddColumn<string>(
                name: "cities",
                table: "searches",
                type: "character varying(300)",
                maxLength: 300,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "property_type",
                table: "searches",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AlterColumn<Guid>(
                name: "contact_id",
                table: "outgoing_mails",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);
        }
    }
}
