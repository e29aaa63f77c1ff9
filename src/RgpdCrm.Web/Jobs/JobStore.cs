using Hangfire;
using Hangfire.Common;
using Hangfire.Dashboard;
using Hangfire.PostgreSql;
using Hangfire.States;
using Hangfire.Storage;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Jobs;

/// <summary>Hangfire on PostgreSQL, in a schema of its own that the owner installs and backups leave out. It is a doorbell, not the truth.</summary>
internal static class JobStore
{
    public const string Schema = "hangfire";

    /// <summary>Days after which finished and failed jobs are forgotten.</summary>
    private const int KeptDays = 7;

    // Under the 15 seconds Hangfire waits for a lock, and far over the moment it holds one: the next start outlives the lock of a killed process.
    private static readonly TimeSpan AbandonedLock = TimeSpan.FromSeconds(10);

    /// <summary>Creates or upgrades Hangfire's tables and lets the application's role use them. Safe to repeat.</summary>
    public static async Task InstallAsync(string ownerConnection, string appRole, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(ownerConnection);
        await connection.OpenAsync(cancel);
        PostgreSqlObjectsInstaller.Install(connection, Schema);
        var role = new NpgsqlCommandBuilder().QuoteIdentifier(appRole);
        await using var grants = new NpgsqlCommand($"""
            GRANT USAGE ON SCHEMA {Schema} TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {Schema} TO {role};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {Schema} TO {role};
            """, connection);
        await grants.ExecuteNonQueryAsync(cancel);
    }

    public static void AddJobs(this WebApplicationBuilder builder)
    {
        builder.Services.AddHangfire((provider, hangfire) => hangfire
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UsePostgreSqlStorage(
                store => store.UseNpgsqlConnection(provider.GetRequiredService<IConfiguration>().AppConnection()),
                new PostgreSqlStorageOptions
                {
                    SchemaName = Schema,
                    PrepareSchemaIfNecessary = false,
                    UseSlidingInvisibilityTimeout = true,
                    DistributedLockTimeout = AbandonedLock,
                })
            .WithJobExpirationTimeout(TimeSpan.FromDays(KeptDays))
            .UseFilter(new ForgetFailures()));
        builder.Services.AddScoped<JobBoard>();
        if (!builder.Configuration.GetValue("Hangfire:Server", true)) return;

        builder.Services.AddHostedService<JobSchedules>();
        builder.Services.AddHangfireServer(server => server.WorkerCount = 4);
    }

    /// <summary>The dashboard: our role table decides, because the built-in local-only filter trusts whoever comes through a proxy on the same host.</summary>
    public static void MapJobDashboard(this WebApplication app)
    {
        const string address = "/hangfire";
        app.MapHangfireDashboardWithAuthorizationPolicy(Access.PolicyFor(address), address, new DashboardOptions
        {
            AppPath = "/jobs",
            DashboardTitle = "Traitements",
            DisplayStorageConnectionString = false,
            IsReadOnlyFunc = dashboard => !dashboard.GetHttpContext().User.IsInRole(Access.Ops),
        });
    }

    /// <summary>Hangfire keeps failed jobs for ever unless told otherwise.</summary>
    private sealed class ForgetFailures : JobFilterAttribute, IApplyStateFilter
    {
        public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
        {
            if (context.NewState is FailedState) transaction.ExpireJob(context.BackgroundJob.Id, TimeSpan.FromDays(KeptDays));
        }

        public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
        {
            if (context.OldStateName == FailedState.StateName) transaction.PersistJob(context.BackgroundJob.Id);
        }
    }

    /// <summary>Writes the table of schedules into the job store when the application starts, and takes out what left the table.</summary>
    private sealed class JobSchedules(JobStorage storage, IRecurringJobManager manager, AgencyClock clock) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var schedule in RecurringJobs.Table)
                manager.AddOrUpdate(schedule.Id, schedule.Job, schedule.Cron, new RecurringJobOptions { TimeZone = clock.Zone });

            using var connection = storage.GetReadOnlyConnection();
            foreach (var gone in connection.GetRecurringJobs().Select(job => job.Id).Except(RecurringJobs.Table.Select(schedule => schedule.Id)))
                manager.RemoveIfExists(gone);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
