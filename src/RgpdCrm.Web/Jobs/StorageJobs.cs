using Hangfire;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Photos;

namespace RgpdCrm.Web.Jobs;

/// <summary>Photos and documents that the database no longer knows; each removal carries its own date of the next try.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class ObjectRemovalsJob(CrmDbContext db, RemovalDrain drain, ILogger<ObjectRemovalsJob> logger) : JobShell(logger, db)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (await drain.RunAsync(cancel) is { Failed: > 0 and var failed })
            throw new JobFailedException($"{failed} fichier(s) n’ont pas pu être effacés : nouvel essai automatique.");
    }
}

/// <summary>Files and rows compared both ways; the next night is the next try.</summary>
[AutomaticRetry(Attempts = 1)]
public sealed class ReconciliationJob(CrmDbContext db, PhotoReconciliation reconciliation, ILogger<ReconciliationJob> logger) : JobShell(logger, db)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        try
        {
            if (await reconciliation.RunAsync(cancel) is { LostPhotos: var photos, LostDocuments: var documents } && photos + documents > 0)
                throw new JobFailedException($"{photos} photo(s) et {documents} document(s) n’ont plus leur fichier : reprenez-les d’une sauvegarde, ou retirez-les.");
        }
        catch (PhotoStoreException)
        {
            throw new JobFailedException("Le stockage des photos refuse ou ne répond pas : nouvel essai la nuit prochaine.");
        }
    }
}
