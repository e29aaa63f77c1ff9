using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Legal;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Restores;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Core.Statistics;

namespace RgpdCrm.Core.Data;

/// <summary>The agency's database. There is no global filter: who is visible is a named query per audience, so erasure never misses a row.</summary>
public sealed class CrmDbContext(DbContextOptions<CrmDbContext> options) : IdentityUserContext<Account, Guid>(options), IDataProtectionKeyContext
{
    public DbSet<Contact> Contacts => Set<Contact>();
    public DbSet<Activity> Activities => Set<Activity>();
    public DbSet<Email> Emails => Set<Email>();
    public DbSet<Phone> Phones => Set<Phone>();
    public DbSet<Address> Addresses => Set<Address>();
    public DbSet<Note> Notes => Set<Note>();
    public DbSet<Tag> Tags => Set<Tag>();
    public DbSet<Search> Searches => Set<Search>();
    public DbSet<PropertyMatch> Matches => Set<PropertyMatch>();
    public DbSet<Subscription> Subscriptions => Set<Subscription>();
    public DbSet<Consent> Consents => Set<Consent>();
    public DbSet<Objection> Objections => Set<Objection>();
    public DbSet<Obligation> Obligations => Set<Obligation>();
    public DbSet<Mandate> Mandates => Set<Mandate>();
    public DbSet<Contract> Contracts => Set<Contract>();
    public DbSet<EndChange> EndChanges => Set<EndChange>();
    public DbSet<Party> Parties => Set<Party>();
    public DbSet<RegisterLine> RegisterLines => Set<RegisterLine>();
    public DbSet<Property> Properties => Set<Property>();
    public DbSet<Photo> Photos => Set<Photo>();
    public DbSet<Document> Documents => Set<Document>();
    public DbSet<ObjectRemoval> ObjectRemovals => Set<ObjectRemoval>();
    public DbSet<Inquiry> Inquiries => Set<Inquiry>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<SpentChallenge> SpentChallenges => Set<SpentChallenge>();
    public DbSet<Hit> Hits => Set<Hit>();
    public DbSet<DailyTotal> DailyTotals => Set<DailyTotal>();
    public DbSet<StatisticsTool> StatisticsTools => Set<StatisticsTool>();
    public DbSet<Processor> Processors => Set<Processor>();
    public DbSet<Breach> Breaches => Set<Breach>();
    public DbSet<NoticeVersion> NoticeVersions => Set<NoticeVersion>();
    public DbSet<RightsRequest> RightsRequests => Set<RightsRequest>();
    public DbSet<RequestStep> RequestSteps => Set<RequestStep>();
    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();
    public DbSet<ContactLink> ContactLinks => Set<ContactLink>();
    public DbSet<EmailChange> EmailChanges => Set<EmailChange>();
    public DbSet<Hold> Holds => Set<Hold>();
    public DbSet<Postponement> Postponements => Set<Postponement>();
    public DbSet<DeletionOrder> DeletionOrders => Set<DeletionOrder>();
    public DbSet<SetAside> SetAsides => Set<SetAside>();
    public DbSet<RunReport> RetentionRuns => Set<RunReport>();
    public DbSet<BrakeUse> BrakeUses => Set<BrakeUse>();
    public DbSet<Brake> Brakes => Set<Brake>();
    public DbSet<BrakeMember> BrakeMembers => Set<BrakeMember>();
    public DbSet<RetentionPolicy> Policies => Set<RetentionPolicy>();
    public DbSet<RuleProposal> RuleProposals => Set<RuleProposal>();
    public DbSet<LedgerEntry> Ledger => Set<LedgerEntry>();
    public DbSet<LedgerAnchor> LedgerAnchors => Set<LedgerAnchor>();
    public DbSet<AccountSession> Sessions => Set<AccountSession>();
    public DbSet<SignIn> SignIns => Set<SignIn>();
    public DbSet<SignInTries> SignInTries => Set<SignInTries>();
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
    public DbSet<AccessEntry> AccessEntries => Set<AccessEntry>();
    public DbSet<OutsideOutboxRow> OutsideOutbox => Set<OutsideOutboxRow>();
    public DbSet<Restore> Restores => Set<Restore>();
    public DbSet<BackupRecord> Backups => Set<BackupRecord>();
    public DbSet<DrillRecord> Drills => Set<DrillRecord>();
    public DbSet<Installation> Installations => Set<Installation>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override Version SchemaVersion => IdentitySchemaVersions.Version3;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(40);
        configurationBuilder.Properties<ContactRoles>().HaveConversion<int>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasPostgresExtension("pg_trgm");
        builder.ApplyConfigurationsFromAssembly(typeof(CrmDbContext).Assembly);

        // The naming convention leaves Identity's tables alone.
        builder.Entity<Account>().ToTable("accounts");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("account_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("account_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("account_tokens");
        builder.Entity<IdentityUserPasskey<Guid>>(passkey =>
        {
            passkey.ToTable("account_passkeys").HasKey(p => p.CredentialId);
            passkey.Property(p => p.CredentialId).HasMaxLength(1024);
            passkey.OwnsOne(p => p.Data).ToJson("data");
            passkey.HasOne<Account>().WithMany().HasForeignKey(p => p.UserId);
        });
        builder.Entity<AuditEntry>().HasIndex(a => a.At);
        builder.Entity<AuditEntry>().HasIndex(a => a.SubjectId);
        builder.Entity<AccessEntry>().HasIndex(a => a.At);
        builder.Entity<AccessEntry>().HasIndex(a => new { a.SubjectId, a.At });
        builder.Entity<Installation>().ToTable("installation").Property(i => i.Id).ValueGeneratedNever();
    }

    /// <summary>Options for one connection string, the same everywhere: application, command line, tests.</summary>
    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, string connectionString) =>
        options.UseNpgsql(connectionString).UseSnakeCaseNamingConvention();

    /// <summary>A context of its own on an open connection, which it does not close.</summary>
    public static CrmDbContext On(NpgsqlConnection connection) =>
        new(new DbContextOptionsBuilder<CrmDbContext>().UseNpgsql(connection).UseSnakeCaseNamingConvention().Options);

    /// <summary>A context of its own with a connection of its own.</summary>
    public static CrmDbContext Open(string connectionString) =>
        new((DbContextOptions<CrmDbContext>)Configure(new DbContextOptionsBuilder<CrmDbContext>(), connectionString).Options);

    // 9999-12-31 means "held without end" and must be stored as that date, not as PostgreSQL's infinity.
    static CrmDbContext() => AppContext.SetSwitch("Npgsql.DisableDateTimeInfinityConversions", true);
}

internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<CrmDbContext>
{
    public CrmDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<CrmDbContext>();
        CrmDbContext.Configure(options, "Host=localhost;Database=design");
        return new CrmDbContext(options.Options);
    }
}
