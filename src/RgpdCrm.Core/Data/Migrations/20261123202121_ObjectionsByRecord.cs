using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RgpdCrm.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class ObjectionsByRecord : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_objections_fingerprint",
                table: "objections");

            migrationBuilder.CreateIndex(
                name: "ix_objections_fingerprint",
                table: "objections",
                column: "fingerprint");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_objections_fingerprint",
                table: "objections");

            migrationBuilder.CreateIndex(
                name: "ix_objections_fingerprint",
                table: "objections",
                column: "fingerprint",
                unique: true);
        }
    }
}
