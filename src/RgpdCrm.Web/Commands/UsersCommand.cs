using System.CommandLine;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Commands;

/// <summary><c>users add</c>: creates an account and prints the one-time link that sets its password.</summary>
internal static class UsersCommand
{
    private const int LongestName = 120;
    private const int LongestEmail = 254;

    public static Command Create()
    {
        var email = new Argument<string>("EMAIL") { Description = T("Adresse électronique de la personne.") };
        var role = new Option<string>("--role") { Description = T("agent, admin ou ops."), Required = true };
        role.AcceptOnlyFromAmong("agent", "admin", "ops");
        var name = new Option<string>("--name") { Description = T("Prénom et nom, tels que les collègues les voient.") };
        var add = new Command("add", T("Crée un compte et donne le lien, valable une fois, pour choisir son mot de passe.")) { email, role, name };
        add.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(name) is { } given && (string.IsNullOrWhiteSpace(given) || given.Length > LongestName || given.Any(char.IsControl)))
                throw new CommandFailedException(T($"--name a de 1 à {LongestName} caractères."));
            await using var app = await Settings.OpenAsync(cancel);
            var link = await AddAsync(app, parsed.GetRequiredValue(email), Enum.Parse<Role>(parsed.GetRequiredValue(role), ignoreCase: true), parsed.GetValue(name));
            Console.WriteLine(link);
            return 0;
        });
        return new Command("users", T("Les comptes de l’équipe.")) { add };
    }

    private static async Task<string> AddAsync(WebApplication app, string email, Role role, string? name)
    {
        if (email.Length > LongestEmail) throw new CommandFailedException(T("Cette adresse électronique n’est pas valable."));
        var address = app.PublicAddress();
        await using var scope = app.Services.CreateAsyncScope();
        var invitations = scope.ServiceProvider.GetRequiredService<Invitations>();
        var account = new Account { Id = Guid.NewGuid(), UserName = email, Email = email, FullName = name?.Trim() ?? email.Split('@')[0], Role = role };
        var result = await invitations.CreateAsync(account, new Act(null, app.Services.GetRequiredService<AgencyClock>().Now));
        if (!result.Succeeded) throw new CommandFailedException(result.Errors.First().Description);
        return await invitations.LinkAsync(account, address);
    }
}
