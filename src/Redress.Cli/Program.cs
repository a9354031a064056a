Console.WriteLine("redress");
