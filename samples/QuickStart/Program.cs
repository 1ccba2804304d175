using System.Runtime.InteropServices;
using QuickStart;

if (args is ["--help" or "-h" or "-?", ..])
{
    Console.WriteLine(Arguments.Help);
    return 0;
}

if (Arguments.Parse(args, out var error) is not { } arguments)
{
    Console.Error.WriteLine($"{error}{Environment.NewLine}{Environment.NewLine}{Arguments.Help}");
    return 2;
}

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using var conductor = new Conductor(arguments);
try
{
    return await conductor.RunAsync(stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted: the processes are being stopped.");
    return 130;
}
catch (QuickStartException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
