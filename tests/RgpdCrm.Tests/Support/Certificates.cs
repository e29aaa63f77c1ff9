using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RgpdCrm.Tests.Support;

/// <summary>Certificates that seal keys.</summary>
internal static class Certificates
{
    private static readonly Lazy<string> Shared = new(() => Write(Path.Combine(Directory.CreateTempSubdirectory("rgpdcrm-keys-").FullName, "keys.pfx"), null));

    /// <summary>One that opens without a password, for whoever serves Production and looks at something else.</summary>
    public static string Any => Shared.Value;

    /// <summary>Writes a new one; returns its file.</summary>
    public static string Write(string file, string? password)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=rgpdcrm", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pfx, password));
        return file;
    }
}
