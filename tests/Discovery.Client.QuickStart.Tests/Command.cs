using System.Diagnostics;

namespace Discovery.Client.QuickStart.Tests;

/// <summary>A command that runs to its end, or until the test ends it.</summary>
internal sealed class Command : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private Command(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public static Command Start(string program, params IEnumerable<string> arguments) => Start(program, null, arguments);

    public static Command StartQuickStart(params IEnumerable<string> arguments) => Start("dotnet", [Repository.Program("QuickStart"), .. arguments]);

    /// <summary>Starts the quick start with a folder of the test's own for what it leaves lying about when it is killed.</summary>
    public static Command StartQuickStartIn(string temporary, params IEnumerable<string> arguments)
        => Start("dotnet", temporary, [Repository.Program("QuickStart"), .. arguments]);

    private static Command Start(string program, string? temporary, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (temporary is not null)
        {
            start.Environment["TMPDIR"] = temporary;
        }

        return new Command(Process.Start(start)!);
    }

    /// <summary>Waits for its end and everything it wrote.</summary>
    public async Task<CommandResult> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(timeout, cancellationToken);
        return new CommandResult(_process.ExitCode, await _output, await _error);
    }

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}

/// <summary>What a command came to.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}{Environment.NewLine}{Output}{Environment.NewLine}{Error}";
}
