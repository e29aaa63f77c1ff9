using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Commands;

/// <summary>The verbs. Each ends with 0 on success, 1 on failure with one clear line on the error stream, 2 on wrong usage.</summary>
internal static class CommandLine
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int WrongUsage = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        // A verb answers in the language of the terminal; what is served chooses for each request.
        var terminal = IsVerb(args) ? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName : Languages.French;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = Languages.Culture(Languages.French);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Culture(terminal);
        try
        {
            return IsVerb(args) ? await RunVerbAsync(args) : await ServeCommand.RunAsync(args);
        }
        catch (Exception e) when (Explain(e) is { } line)
        {
            await Console.Error.WriteLineAsync(line);
            return Failure;
        }
    }

    private static bool IsVerb(string[] args) =>
        args is [var first, ..] && (!first.StartsWith('-') || first is "--help" or "-h" or "-?" or "--version");

    private static async Task<int> RunVerbAsync(string[] args)
    {
        var root = new RootCommand(T("RgpdCrm : le CRM d’une agence immobilière qui oublie à temps. Sans verbe, sert l’application."))
        {
            MigrateCommand.Create(),
            SeedCommand.Create(),
            ImportCommand.Create(),
            RetentionCommand.Create(),
            UsersCommand.Create(),
            PhotosCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            CheckCommands.Ledger(),
            CheckCommands.Clocks(),
            DemoCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(string.Join(' ', Misuse(parsed).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
            return WrongUsage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static string Misuse(ParseResult parsed) => parsed switch
    {
        { UnmatchedTokens: [var unknown, ..] } => T($"« {unknown} » n’est pas compris : --help donne ce qui l’est."),
        _ when parsed.CommandResult.Command.Options.FirstOrDefault(o => o.Required && parsed.GetResult(o)?.IdentifierToken is null) is { } missing => T($"{missing.Name} est obligatoire."),
        _ => parsed.Errors[0].Message,
    };

    /// <summary>The one line for a failure that its reader can do something about; null for a fault of the product.</summary>
    private static string? Explain(Exception exception) => exception switch
    {
        CommandFailedException or WrongSettingException or EmbeddedPostgresException => exception.Message,
        DemoDataRefusedException => T("La base contient déjà des contacts : les données de démonstration ne vont que dans une base vide."),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => T("Cette base de données n’existe pas sur le serveur."),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            T("Le serveur PostgreSQL refuse ce nom ou ce mot de passe."),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn } => Migrations.Missing,
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => T("Le rôle de cette connexion n’a pas le droit de faire cela."),
        PostgresException { SqlState: var state } => T($"PostgreSQL refuse (code {state})."),
        Core.Outside.OutsideLedgerException => Components.RunWords.NoTrace,
        NpgsqlException => T("La base de données ne répond pas à l’adresse configurée."),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } => T("Le port est déjà pris par un autre programme."),
        OperationCanceledException => T("Interrompu."),
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}

/// <summary>A verb cannot do what was asked; the message is the one line to show.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);

/// <summary>Whether the database is as this build needs it.</summary>
internal static class Migrations
{
    public static string Missing => T("La base de données n’est pas à jour : lancez d’abord le verbe « migrate ».");

    /// <exception cref="CommandFailedException">Migrations are missing.</exception>
    public static async Task EnsureAsync(string connection, CancellationToken cancel)
    {
        await using var db = CrmDbContext.Open(connection);
        await db.Database.OpenConnectionAsync(cancel);
        if ((await Migrator.PendingAsync(db, cancel)).Count > 0) throw new CommandFailedException(Missing);
    }
}
