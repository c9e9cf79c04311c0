Console.WriteLine("fliqs");
