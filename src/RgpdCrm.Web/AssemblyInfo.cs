using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("RgpdCrm.Tests")]
[assembly: InternalsVisibleTo("RgpdCrm.Benchmarks")]
