using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RgpdCrm.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class Rights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_holds_standing",
                table: "holds");

            migrationBuilder.AddColumn<string>(
                name: "answer",
                table: "rights_requests",
                type: "character varying(4000)",
                maxLength: 4000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "channel",
                table: "rights_requests",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "PersonalPage");

            migrationBuilder.AddColumn<string>(
                name: "doubt",
                table: "rights_requests",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "email",
                table: "rights_requests",
                type: "character varying(254)",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "extension_reason",
                table: "rights_requests",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "identity",
                table: "rights_requests",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "Unproved");

            migrationBuilder.AddColumn<Guid[]>(
                name: "left_out",
                table: "rights_requests",
                type: "uuid[]",
                nullable: false,
                defaultValue: new Guid[0]);

            migrationBuilder.AddColumn<int>(
                name: "mentions",
                table: "rights_requests",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "message",
                table: "rights_requests",
                type: "character varying(4000)",
                maxLength: 4000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "name",
                table: "rights_requests",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "outcome",
                table: "rights_requests",
                type: "character varying(40)",
                maxLength: 40,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "papers_key",
                table: "rights_requests",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "phone",
                table: "rights_requests",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "told_on",
                table: "rights_requests",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "request_id",
                table: "outgoing_mails",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "kind",
                table: "holds",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "Dispute");

            migrationBuilder.AddColumn<Guid>(
                name: "request_id",
                table: "contact_links",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "request_steps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    what = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_request_steps", x => x.id);
                    table.ForeignKey(
                        name: "fk_request_steps_rights_requests_request_id",
                        column: x => x.request_id,
                        principalTable: "rights_requests",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_request_id",
                table: "outgoing_mails",
                column: "request_id");

            migrationBuilder.CreateIndex(
                name: "ix_holds_standing",
                table: "holds",
                columns: new[] { "contact_id", "kind" },
                unique: true,
                filter: "lifted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_contact_links_request_id",
                table: "contact_links",
                column: "request_id");

            migrationBuilder.CreateIndex(
                name: "ix_request_steps_request_id_at",
                table: "request_steps",
                columns: new[] { "request_id", "at" });

            migrationBuilder.AddForeignKey(
                name: "fk_contact_links_rights_requests_request_id",
                table: "contact_links",
                column: "request_id",
                principalTable: "rights_requests",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "fk_outgoing_mails_rights_requests_request_id",
                table: "outgoing_mails",
                column: "request_id",
                principalTable: "rights_requests",
                principalColumn: "id",
                onDelete: ReferentialAction.SetNull);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_contact_links_rights_requests_request_id",
                table: "contact_links");

            migrationBuilder.DropForeignKey(
                name: "fk_outgoing_mails_rights_requests_request_id",
                table: "outgoing_mails");

            migrationBuilder.DropTable(
                name: "request_steps");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_request_id",
                table: "outgoing_mails");

            migrationBuilder.DropIndex(
                name: "ix_holds_standing",
                table: "holds");

            migrationBuilder.DropIndex(
                name: "ix_contact_links_request_id",
                table: "contact_links");

            migrationBuilder.DropColumn(
                name: "answer",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "channel",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "doubt",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "email",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "extension_reason",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "identity",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "left_out",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "mentions",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "message",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "name",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "outcome",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "papers_key",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "phone",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "told_on",
                table: "rights_requests");

            migrationBuilder.DropColumn(
                name: "request_id",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "kind",
                table: "holds");

            migrationBuilder.DropColumn(
                name: "request_id",
                table: "contact_links");

            migrationBuilder.CreateIndex(
                name: "ix_holds_standing",
                table: "holds",
                column: "contact_id",
                unique: true,
                filter: "lifted_at IS NULL");
        }
    }
}
