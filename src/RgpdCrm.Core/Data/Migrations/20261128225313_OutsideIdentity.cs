using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RgpdCrm.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class OutsideIdentity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "backups_expired_at",
                table: "installation",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "chain",
                table: "installation",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.Sql(Migrator.Script("outside_staff.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP FUNCTION outside_accounts(), outside_keys() CASCADE;
                DROP FUNCTION outside_account(accounts);
                """);

            migrationBuilder.DropColumn(
                name: "backups_expired_at",
                table: "installation");

            migrationBuilder.DropColumn(
                name: "chain",
                table: "installation");
        }
    }
}
