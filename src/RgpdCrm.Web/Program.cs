Console.WriteLine("RgpdCrm");
