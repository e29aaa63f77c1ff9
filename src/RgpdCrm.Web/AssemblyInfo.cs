using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("RgpdCrm.Tests")]
