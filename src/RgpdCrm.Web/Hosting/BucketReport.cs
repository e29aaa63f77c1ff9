using RgpdCrm.Core.Photos;

namespace RgpdCrm.Web.Hosting;

/// <summary>Says in the log, once, whether the bucket answers and keeps versions; nothing waits for it.</summary>
internal sealed partial class BucketReport(IPhotoStore store, ILogger<BucketReport> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is not S3PhotoStore bucket) return;
        try
        {
            LogVersioning(logger, await bucket.VersioningAsync(stoppingToken));
        }
        catch (PhotoStoreException e)
        {
            LogSilent(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Photos are published to a bucket; its versioning is {Versioning}")]
    private static partial void LogVersioning(ILogger logger, string versioning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bucket of photos cannot be asked about its versions: {Fault}")]
    private static partial void LogSilent(ILogger logger, string fault);
}
