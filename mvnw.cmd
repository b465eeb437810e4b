@echo off
rem Runs Maven on Windows 10 or newer, as mvnw does elsewhere: the version pinned in .mvn\wrapper\maven-wrapper.properties,
rem downloaded once and checked; where its host cannot be reached, the installed Maven (3.8 or newer).
rem   MVNW_REPOURL   a Maven repository to download from instead
setlocal
if not defined JAVA_HOME (
  where java >nul 2>nul || (
    echo mvnw: no Java found: install a JDK 17 or newer, or set JAVA_HOME 1>&2
    exit /b 1
  )
)
set "SELF=%~f0"
set "HERE=%~dp0"
set "MAVEN="
for /f "usebackq delims=" %%m in (`powershell -NoProfile -ExecutionPolicy Bypass -Command "Invoke-Expression ((Get-Content -Raw -LiteralPath $env:SELF) -split '# PowerShell')[-1]"`) do set "MAVEN=%%m"
if not defined MAVEN exit /b 1
set "MAVEN_PROJECTBASEDIR=%HERE:~0,-1%"
call "%MAVEN%" %*
exit /b %ERRORLEVEL%

# PowerShell
# Prints the path of the mvn.cmd to run.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
function Say($text) { [Console]::Error.WriteLine("mvnw: $text") }
$properties = ConvertFrom-StringData ((Get-Content "$env:HERE.mvn\wrapper\maven-wrapper.properties" | Where-Object { $_ -notmatch '^#' }) -join "`n")
$version = $properties.distributionVersion
$user = if ($env:MAVEN_USER_HOME) { $env:MAVEN_USER_HOME } else { Join-Path $HOME '.m2' }
$dists = Join-Path $user 'wrapper\dists'
$maven = Join-Path $dists "apache-maven-$version"
if (-not (Test-Path "$maven\bin\mvn.cmd")) {
  $url = $properties.distributionUrl
  if ($env:MVNW_REPOURL) { $url = $env:MVNW_REPOURL.TrimEnd('/') + "/org/apache/maven/apache-maven/$version/apache-maven-$version-bin.tar.gz" }
  $work = Join-Path $dists ('tmp.' + [Guid]::NewGuid())
  try {
    New-Item -ItemType Directory -Force $work | Out-Null
    [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
    Invoke-WebRequest -UseBasicParsing -TimeoutSec 300 $url -OutFile "$work\maven.tar.gz"
    if ((Get-FileHash -Algorithm SHA512 "$work\maven.tar.gz").Hash -ne $properties.distributionSha512Sum) {
      Say "the download of Maven $version does not have the expected SHA-512; not used"
    } else {
      tar -xzf "$work\maven.tar.gz" -C $work
      if (-not (Test-Path $maven)) { Move-Item "$work\apache-maven-$version" $maven }
    }
  } catch {
    Say "Maven $version could not be downloaded"
  } finally {
    Remove-Item -Recurse -Force $work -ErrorAction SilentlyContinue
  }
}
if (Test-Path "$maven\bin\mvn.cmd") {
  Write-Output "$maven\bin\mvn.cmd"
} else {
  $installed = Get-Command mvn.cmd -ErrorAction SilentlyContinue
  if ($installed -and ((& $installed.Source -B -v) -join ' ') -match 'Apache Maven (3\.[89]|3\.\d\d|[4-9])') {
    Say "using the installed $($installed.Source)"
    Write-Output $installed.Source
  } else {
    Say 'no Maven 3.8 or newer is installed: install it, or set MVNW_REPOURL to a Maven repository that can be reached from here'
  }
}
