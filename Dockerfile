# One image for web, worker and migrate: docs/operate.md
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/RgpdCrm.Core/RgpdCrm.Core.csproj src/RgpdCrm.Core/packages.lock.json src/RgpdCrm.Core/
COPY src/RgpdCrm.EmbeddedPostgres/RgpdCrm.EmbeddedPostgres.csproj src/RgpdCrm.EmbeddedPostgres/packages.lock.json src/RgpdCrm.EmbeddedPostgres/
COPY src/RgpdCrm.Web/RgpdCrm.Web.csproj src/RgpdCrm.Web/packages.lock.json src/RgpdCrm.Web/
RUN dotnet restore src/RgpdCrm.Web --locked-mode
COPY src src
RUN dotnet publish src/RgpdCrm.Web --no-restore --configuration Release --output /app

# Debian 13, whose pg_dump is of PostgreSQL 17 like the server of docker-compose.yml.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-trixie-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends curl postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner=$APP_UID --mode=0700 /storage /backups /ledger
WORKDIR /app
COPY --from=build /app .
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0
EXPOSE 8080
USER $APP_UID
# The application answers to its own host name only.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD curl --fail --silent --output /dev/null --header "Host: ${Agency__Address#https://}" http://127.0.0.1:8080/health/live
ENTRYPOINT ["dotnet", "RgpdCrm.Web.dll"]
