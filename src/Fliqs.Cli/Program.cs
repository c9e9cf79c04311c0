using Fliqs.Cli;

return CommandLine.Run(args);
