using Redress.Bench;

// One subcommand a file. Each prints lines "name<TAB>value<TAB>unit" that bench/run.sh joins with the peers' lines.
return args switch
{
    ["engine"] => EngineBench.Run(),
    ["library", .. var cases] => LibraryBench.Run(cases),
    ["carla"] => CarlaBench.Run(),
    ["cchvae"] => CchvaeBench.Run(),
    ["latent", .. var cases] => LatentBench.Run(cases),
    ["lime"] => LimeBench.Run(),
    ["spheres", .. var cases] => SpheresBench.Run(cases),
    ["neighbours"] => NeighbourBench.Run(),
    ["generators"] => GeneratorBench.Run(),
    ["generators", ("network" or "find") and var only] => GeneratorBench.Run(only),
    ["attacks"] => AttackBench.Run(40),
    ["attacks", var epochs] when int.TryParse(epochs, out int count) => AttackBench.Run(count),
    ["examples"] => ExampleBench.Run(),
    ["rocourse"] => RocourseBench.Run(),
    ["robust", .. var cases] => RobustBench.Run(cases),
    ["kernels", .. var rest] => KernelBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Redress.Bench -- engine | library [CASE...] | carla | cchvae | latent [CASE...] | lime | spheres [CASE...] | neighbours | generators [network or find] | examples | attacks [EPOCHS] | rocourse | robust [CASE...] | kernels [BenchmarkDotNet options]");
    return 2;
}
