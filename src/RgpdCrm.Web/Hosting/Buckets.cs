using Amazon.Runtime;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Web.Hosting;

/// <summary>Buckets as settings describe them.</summary>
internal static class Buckets
{
    /// <summary>Where a bucket is.</summary>
    /// <param name="section">What its settings start with, such as <c>Storage__S3</c>.</param>
    /// <exception cref="WrongSettingException">An address that is none, or a CDN that is no domain.</exception>
    public static S3Location Location(string section, string bucket, string? region, string? prefix, string? service, bool pathStyle, string? cdn = null)
    {
        Uri? address = null;
        if (service is { Length: > 0 } && !(Uri.TryCreate(service, UriKind.Absolute, out address) && address.Scheme is "https" or "http"))
            throw new WrongSettingException(T($"Le réglage {section}__ServiceUrl n’est pas une adresse http ou https : {service}."));
        if (cdn is { Length: > 0 } && Uri.CheckHostName(cdn) != UriHostNameType.Dns)
            throw new WrongSettingException(T($"Le réglage {section}__Cdn attend un nom de domaine seul, sans https:// ni chemin : {cdn}."));
        // A name with a dot is no host name that a certificate of the store covers.
        return new S3Location(bucket, region is { Length: > 0 } chosen ? chosen : "eu-west-1", prefix is { Length: > 0 } given ? given.Trim('/') + "/" : "", address,
            pathStyle || bucket.Contains('.', StringComparison.Ordinal), cdn is { Length: > 0 } ? cdn : null);
    }

    /// <summary>A store in a bucket, once there are keys for it.</summary>
    /// <exception cref="WrongSettingException">There are none.</exception>
    public static TStore Open<TStore>(string section, string keys, Func<TStore> open)
    {
        try
        {
            return open();
        }
        catch (AmazonClientException)
        {
            throw new WrongSettingException(T($"{section}__Bucket est réglé, mais aucune clé d’accès n’est donnée : {keys}, ou le rôle de la machine."));
        }
    }
}
