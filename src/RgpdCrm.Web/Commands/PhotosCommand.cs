using System.CommandLine;
using RgpdCrm.Core.Photos;
using static RgpdCrm.Web.Commands.Settings;

namespace RgpdCrm.Web.Commands;

/// <summary><c>photos republish</c>: fills a lost bucket again from the masters.</summary>
internal static class PhotosCommand
{
    public static Command Create()
    {
        var json = Options.Json();
        var republish = new Command("republish", T("Publie à nouveau toutes les photos à partir des originaux.")) { json };
        republish.SetAction((parsed, cancel) => RepublishAsync(parsed.GetValue(json), cancel));
        return new Command("photos", T("Les photos publiées.")) { republish };
    }

    private static async Task<int> RepublishAsync(bool json, CancellationToken cancel)
    {
        await using var app = await OpenAsync(cancel);
        await using var scope = app.Services.CreateAsyncScope();
        try
        {
            var (published, lost) = await scope.ServiceProvider.GetRequiredService<PhotoReconciliation>().RepublishAsync(json ? null : new Progress(), cancel);
            if (lost == 0 || json) Print(json, new { Published = published, Lost = lost }, T($"{N(published)} photo(s) publiée(s)."));
            return lost == 0 ? 0 : throw new CommandFailedException(T($"{N(lost)} photo(s) n’ont plus leur original : reprenez-les d’une sauvegarde. {N(published)} sont publiées."));
        }
        catch (PhotoStoreException)
        {
            throw new CommandFailedException(T("Le stockage des photos refuse ou ne répond pas. Relancez la commande : ce qui est publié le reste."));
        }
    }

    private sealed class Progress : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value)
        {
            if (value.Done % 10 == 0 || value.Done == value.Total) Console.WriteLine($"{N(value.Done)} / {N(value.Total)}");
        }
    }
}
