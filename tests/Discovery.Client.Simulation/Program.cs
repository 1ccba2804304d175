using Discovery.Client.Simulation;
using Discovery.Client.Simulation.Picture;

return args switch
{
    ["picture"] => SlowInstancePicture.Write(Path.Combine("docs", "images", "slow-instance.svg"), Console.Out),
    ["picture", var file] => SlowInstancePicture.Write(file, Console.Out),
    ["figures"] => Figures.Write(Console.Out),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("picture [FILE]   one slow instance of eleven: success and latency per algorithm, drawn into docs/images/slow-instance.svg or FILE; prints the figures");
    Console.Error.WriteLine("figures          the figures of the other scenarios, 20 seeds each; minutes");
    return 2;
}
