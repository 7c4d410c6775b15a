# The image of toposched. What is built is the same on every architecture: for several at once, on a builder of either,
#   docker buildx build --platform linux/amd64,linux/arm64 --tag REGISTRY/toposched:0.1.0 --push .
# and for one: docker build --tag toposched:0.1.0 .
# Each RUN is a plain command at the root of the repository; a test runs them without a container engine.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0.401-noble
# No shell, no package manager, no root.
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled

FROM --platform=$BUILDPLATFORM ${SDK} AS build
ARG OUTPUT=/app
ENV DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source
# First what the packages depend on, so that a change of code fetches none.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/TopoScheduler.Core/TopoScheduler.Core.csproj src/TopoScheduler.Core/
COPY src/TopoScheduler.Kubernetes/TopoScheduler.Kubernetes.csproj src/TopoScheduler.Kubernetes/
COPY src/TopoScheduler.Server/TopoScheduler.Server.csproj src/TopoScheduler.Server/
COPY src/TopoScheduler.Cli/TopoScheduler.Cli.csproj src/TopoScheduler.Cli/
RUN dotnet restore src/TopoScheduler.Cli -p:UseAppHost=false
COPY . .
# Without a host program of its own it is code for any processor. Analysers have had their say where it was tested.
RUN dotnet publish src/TopoScheduler.Cli --no-restore --configuration Release --output "$OUTPUT" -p:UseAppHost=false -p:RunAnalyzers=false -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false -nodeReuse:false -p:UseSharedCompilation=false

FROM ${RUNTIME}
LABEL org.opencontainers.image.title="toposched" \
      org.opencontainers.image.description="Topology- and power-aware placement of AI jobs, beside kube-scheduler" \
      org.opencontainers.image.licenses="Apache-2.0"
# The root file system is read-only: no sockets of diagnostics in /tmp.
ENV DOTNET_EnableDiagnostics=0
WORKDIR /app
COPY --from=build /app .
COPY LICENSE .
USER 1654:1654
ENTRYPOINT ["dotnet", "/app/toposched.dll"]
