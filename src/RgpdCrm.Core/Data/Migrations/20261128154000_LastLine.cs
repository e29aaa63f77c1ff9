using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RgpdCrm.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class LastLine : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "rehearsals",
                table: "installation",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "backup_drills",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    fault = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_backup_drills", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_backup_drills_started_at",
                table: "backup_drills",
                column: "started_at");

            migrationBuilder.Sql(Migrator.Script("last_line.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP FUNCTION refuse_owed_contacts(), refuse_standing_holds(), refuse_owed_parties(), refuse_owed_obligations(), refuse_truncate() CASCADE;
                DROP FUNCTION deciding_on();
                """);

            migrationBuilder.DropTable(
                name: "backup_drills");

            migrationBuilder.DropColumn(
                name: "rehearsals",
                table: "installation");
        }
    }
}
