using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RgpdCrm.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class Matching : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "to_match",
                table: "properties",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "matches",
                columns: table => new
                {
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    property_id = table.Column<Guid>(type: "uuid", nullable: false),
                    found_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    price = table.Column<decimal>(type: "numeric", nullable: true),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    mail_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_matches", x => new { x.contact_id, x.property_id });
                    table.ForeignKey(
                        name: "fk_matches_contacts_contact_id",
                        column: x => x.contact_id,
                        principalTable: "contacts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_matches_outgoing_mails_mail_id",
                        column: x => x.mail_id,
                        principalTable: "outgoing_mails",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_matches_properties_property_id",
                        column: x => x.property_id,
                        principalTable: "properties",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_properties_to_match",
                table: "properties",
                column: "to_match",
                filter: "to_match");

            migrationBuilder.CreateIndex(
                name: "ix_matches_mail_id",
                table: "matches",
                column: "mail_id");

            migrationBuilder.CreateIndex(
                name: "ix_matches_property_id",
                table: "matches",
                column: "property_id");

            migrationBuilder.CreateIndex(
                name: "ix_matches_waiting",
                table: "matches",
                column: "contact_id",
                filter: "told_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "matches");

            migrationBuilder.DropIndex(
                name: "ix_properties_to_match",
                table: "properties");

            migrationBuilder.DropColumn(
                name: "to_match",
                table: "properties");
        }
    }
}
