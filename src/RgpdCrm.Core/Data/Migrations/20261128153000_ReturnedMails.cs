using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RgpdCrm.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class ReturnedMails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(name: "place", table: "emails", type: "integer", nullable: false, defaultValue: 0);
            migrationBuilder.AddColumn<DateTimeOffset>(name: "refused_at", table: "emails", type: "timestamp with time zone", nullable: true);
            migrationBuilder.AddColumn<Guid>(name: "by_id", table: "consents", type: "uuid", nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "place", table: "emails");
            migrationBuilder.DropColumn(name: "refused_at", table: "emails");
            migrationBuilder.DropColumn(name: "by_id", table: "consents");
        }
    }
}
