namespace RgpdCrm.Tests.Deployment;

/// <summary>One of our systemd units.</summary>
internal sealed class UnitFile
{
    private const string Etc = "/etc/rgpdcrm/";
    private readonly ILookup<string, string> _lines;

    public UnitFile(string name) => _lines = Checkout.Read($"deploy/systemd/{name}").Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2)).ToLookup(pair => pair[0], pair => pair[1]);

    /// <summary>What the process finds, from the templates of its files and from the unit itself; a file outweighs the unit.</summary>
    public Dictionary<string, string> Environment
    {
        get
        {
            var all = All("Environment").Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            foreach (var (name, value) in All("EnvironmentFile").SelectMany(file => Checkout.EnvironmentFile("deploy/systemd/" + file[Etc.Length..]))) all[name] = value;
            return all;
        }
    }

    public IEnumerable<string> All(string key) => _lines[key];

    public string One(string key) => Assert.Single(_lines[key]);
}
