using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RgpdCrm.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class BackOffice : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "asks",
                table: "retention_runs",
                type: "integer",
                nullable: true);

            migrationBuilder.Sql("""
                UPDATE properties SET kind = CASE WHEN kind ILIKE 'appart%' OR kind ILIKE 'studio%' THEN 'Apartment' WHEN kind ILIKE 'maison%' THEN 'House'
                  WHEN kind ILIKE 'local%' THEN 'Commercial' ELSE 'Other' END
                """);

            migrationBuilder.AlterColumn<string>(
                name: "kind",
                table: "properties",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(60)",
                oldMaxLength: 60);

            migrationBuilder.AddColumn<Guid>(
                name: "owner_id",
                table: "properties",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "properties",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<DateOnly>(
                name: "confirmed_on",
                table: "obligations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "inquiries",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AlterColumn<string>(
                name: "last_name",
                table: "contacts",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                collation: "fr-x-icu",
                oldClrType: typeof(string),
                oldType: "character varying(100)",
                oldMaxLength: 100);

            migrationBuilder.AlterColumn<string>(
                name: "first_name",
                table: "contacts",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                collation: "fr-x-icu",
                oldClrType: typeof(string),
                oldType: "character varying(100)",
                oldMaxLength: 100);

            migrationBuilder.AddColumn<Guid>(
                name: "household_id",
                table: "contacts",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "language",
                table: "accounts",
                type: "character varying(2)",
                maxLength: 2,
                nullable: false,
                defaultValue: "fr");

            migrationBuilder.CreateTable(
                name: "end_changes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    obligation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    before = table.Column<DateOnly>(type: "date", nullable: true),
                    after = table.Column<DateOnly>(type: "date", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_end_changes", x => x.id);
                    table.ForeignKey(
                        name: "fk_end_changes_obligations_obligation_id",
                        column: x => x.obligation_id,
                        principalTable: "obligations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_properties_changed_on",
                table: "properties",
                column: "changed_on");

            migrationBuilder.CreateIndex(
                name: "ix_properties_owner_id",
                table: "properties",
                column: "owner_id");

            migrationBuilder.CreateIndex(
                name: "ix_inquiries_status_received_on",
                table: "inquiries",
                columns: new[] { "status", "received_on" });

            migrationBuilder.CreateIndex(
                name: "ix_holds_contact_id",
                table: "holds",
                column: "contact_id");

            migrationBuilder.CreateIndex(
                name: "ix_deletion_orders_contact_id",
                table: "deletion_orders",
                column: "contact_id");

            migrationBuilder.CreateIndex(
                name: "ix_contacts_household_id",
                table: "contacts",
                column: "household_id",
                filter: "household_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_end_changes_obligation_id",
                table: "end_changes",
                column: "obligation_id");

            migrationBuilder.AddForeignKey(
                name: "fk_properties_contacts_owner_id",
                table: "properties",
                column: "owner_id",
                principalTable: "contacts",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_properties_contacts_owner_id",
                table: "properties");

            migrationBuilder.DropTable(
                name: "end_changes");

            migrationBuilder.DropIndex(
                name: "ix_properties_changed_on",
                table: "properties");

            migrationBuilder.DropIndex(
                name: "ix_properties_owner_id",
                table: "properties");

            migrationBuilder.DropIndex(
                name: "ix_inquiries_status_received_on",
                table: "inquiries");

            migrationBuilder.DropIndex(
                name: "ix_holds_contact_id",
                table: "holds");

            migrationBuilder.DropIndex(
                name: "ix_deletion_orders_contact_id",
                table: "deletion_orders");

            migrationBuilder.DropIndex(
                name: "ix_contacts_household_id",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "asks",
                table: "retention_runs");

            migrationBuilder.DropColumn(
                name: "owner_id",
                table: "properties");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "properties");

            migrationBuilder.DropColumn(
                name: "confirmed_on",
                table: "obligations");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "inquiries");

            migrationBuilder.DropColumn(
                name: "household_id",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "language",
                table: "accounts");

            migrationBuilder.AlterColumn<string>(
                name: "kind",
                table: "properties",
                type: "character varying(60)",
                maxLength: 60,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(40)",
                oldMaxLength: 40);

            migrationBuilder.AlterColumn<string>(
                name: "last_name",
                table: "contacts",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(100)",
                oldMaxLength: 100,
                oldCollation: "fr-x-icu");

            migrationBuilder.AlterColumn<string>(
                name: "first_name",
                table: "contacts",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(100)",
                oldMaxLength: 100,
                oldCollation: "fr-x-icu");
        }
    }
}
