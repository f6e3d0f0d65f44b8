using Pipeline.Local;

return await CommandLine.InvokeAsync(args, Screen.OfProcess());
