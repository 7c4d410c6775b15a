# PowerShell completion of toposched: toposched completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName toposched -ScriptBlock {
    param($word, $command, $cursor)
    $line = $command.ToString()
    if ($line.Length -lt $cursor) { $line = $line.PadRight($cursor) }
    toposched "[suggest:$cursor]" $line 2> $null |
        Where-Object { $_ -like "$word*" } |
        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
