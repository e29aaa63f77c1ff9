using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RgpdCrm.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class FourEyes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_deletion_orders_waiting",
                table: "deletion_orders");

            migrationBuilder.AddColumn<Guid>(
                name: "confirmed_by_id",
                table: "deletion_orders",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "proposal_id",
                table: "deletion_orders",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "proposed_at",
                table: "brakes",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "proposed_by_id",
                table: "brakes",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "access_entries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    actor_id = table.Column<Guid>(type: "uuid", nullable: false),
                    page = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    subject_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_access_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rule_proposals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    proposed_by_id = table.Column<Guid>(type: "uuid", nullable: true),
                    proposed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    wanted = table.Column<string>(type: "jsonb", nullable: false),
                    entries = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rule_proposals", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_deletion_orders_proposal_id",
                table: "deletion_orders",
                column: "proposal_id",
                filter: "state = 'Proposed'");

            migrationBuilder.CreateIndex(
                name: "ix_deletion_orders_waiting",
                table: "deletion_orders",
                column: "contact_id",
                unique: true,
                filter: "state IN ('Waiting', 'Proposed')");

            migrationBuilder.CreateIndex(
                name: "ix_access_entries_at",
                table: "access_entries",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_access_entries_subject_id_at",
                table: "access_entries",
                columns: new[] { "subject_id", "at" });

            // The only way out of the log of pages seen, for the application's role: age, judged by the database's own clock.
            migrationBuilder.Sql("""
                CREATE FUNCTION expire_access(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
                DECLARE gone integer;
                BEGIN
                  DELETE FROM access_entries WHERE at < least(before, now() - interval '12 months');
                  GET DIAGNOSTICS gone = ROW_COUNT;
                  RETURN gone;
                END $$;
                REVOKE ALL ON FUNCTION expire_access(timestamptz) FROM PUBLIC;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP FUNCTION expire_access(timestamptz);");

            migrationBuilder.DropTable(
                name: "access_entries");

            migrationBuilder.DropTable(
                name: "rule_proposals");

            migrationBuilder.DropIndex(
                name: "ix_deletion_orders_proposal_id",
                table: "deletion_orders");

            migrationBuilder.DropIndex(
                name: "ix_deletion_orders_waiting",
                table: "deletion_orders");

            migrationBuilder.DropColumn(
                name: "confirmed_by_id",
                table: "deletion_orders");

            migrationBuilder.DropColumn(
                name: "proposal_id",
                table: "deletion_orders");

            migrationBuilder.DropColumn(
                name: "proposed_at",
                table: "brakes");

            migrationBuilder.DropColumn(
                name: "proposed_by_id",
                table: "brakes");

            migrationBuilder.CreateIndex(
                name: "ix_deletion_orders_waiting",
                table: "deletion_orders",
                column: "contact_id",
                unique: true,
                filter: "state = 'Waiting'");
        }
    }
}
