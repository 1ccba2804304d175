using System.Globalization;
using Discovery.Client.Simulation;
using Discovery.Client.Simulation.Load;
using Discovery.Client.Simulation.Picture;

return args switch
{
    ["picture"] => SlowInstancePicture.Write(Path.Combine("docs", "images", "slow-instance.svg"), Console.Out),
    ["picture", var file] => SlowInstancePicture.Write(file, Console.Out),
    ["load"] => await LoadTable.WriteAsync(Console.Out, 60),
    ["load", var seconds, .. var selectors] => await LoadTable.WriteAsync(Console.Out, double.Parse(seconds, CultureInfo.InvariantCulture), selectors),
    ["figures"] => Figures.Write(Console.Out),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("picture [FILE]   one slow instance of eleven: success and latency per algorithm, drawn into docs/images/slow-instance.svg or FILE; prints the figures");
    Console.Error.WriteLine("figures          the figures of the other scenarios, 20 seeds each; minutes");
    Console.Error.WriteLine("load [SECONDS [SELECTOR ...]]   four providers on real sockets, one slow, one failing, one late; a minute or SECONDS per algorithm");
    return 2;
}
