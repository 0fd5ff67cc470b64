#!/usr/bin/env bash
# Compiles and runs the example with JUnit 5 as Debian and Ubuntu package it
# (apt-get install junit5). In a project of yours Maven or Gradle does this.
# usage: run.sh [FOLDER FOR REPORTS]
set -euo pipefail
reports=$(mkdir -p "${1:-build/reports}" && cd "${1:-build/reports}" && pwd)
cd "$(dirname "$0")"

jars=${JUNIT_JARS:-/usr/share/java}
classpath=
for jar in junit-jupiter-api junit-jupiter-engine junit-platform-commons junit-platform-engine \
	junit-platform-launcher junit-platform-console junit-platform-reporting \
	opentest4j opentest4j-reporting-events apiguardian-api picocli; do
	classpath+=$jars/$jar.jar:
done
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -Xlint:all,-path -Werror -cp "$classpath" -d "$classes" ./*.java
java -cp "$classpath$classes" org.junit.platform.console.ConsoleLauncher \
	--select-class PaymentsTest --reports-dir "$reports" --disable-banner --disable-ansi-colors
