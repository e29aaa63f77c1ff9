using System.CommandLine;
using Npgsql;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Web.Commands;

/// <summary><c>migrate</c>: brings the database up to date as its owner.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", T("Met la base de données à jour, avec la connexion du propriétaire."));
        command.SetAction(async (_, cancel) =>
        {
            var settings = await Settings.ReadAsync();
            await RunAsync(settings.OwnerConnection(), RoleOf(settings.AppConnection()), rehearsals: !WebApplication.CreateBuilder().Environment.IsProduction(), cancel);
            Console.WriteLine(T("La base de données est à jour."));
            return 0;
        });
        return command;
    }

    /// <summary>Migrates, installs the job store and lets <paramref name="appRole"/> in. Safe to repeat. Where <c>--on</c> is refused (Production), the database refuses the deletions it would lead to.</summary>
    public static async Task RunAsync(string owner, string appRole, bool rehearsals, CancellationToken cancel)
    {
        await Migrator.MigrateAsync(owner, appRole, rehearsals, cancel);
        await JobStore.InstallAsync(owner, appRole, cancel);
    }

    /// <summary>The role of the application's connection.</summary>
    public static string RoleOf(string connection) => new NpgsqlConnectionStringBuilder(connection).Username is { Length: > 0 } name
        ? name
        : throw new WrongSettingException(T("La connexion de l’application ne nomme aucun rôle (Username)."));
}
