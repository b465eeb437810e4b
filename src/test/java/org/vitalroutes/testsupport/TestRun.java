package org.vitalroutes.testsupport;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** The build whose tests run in this process and in others beside it. */
final class TestRun {

  private TestRun() {}

  /** The nearest Java process above this one, which is the build; else this one. */
  static ProcessHandle process() {
    return Stream.iterate(
            ProcessHandle.current().parent(),
            Optional::isPresent,
            each -> each.flatMap(ProcessHandle::parent))
        .flatMap(Optional::stream)
        .filter(each -> each.info().command().orElse("").endsWith("java"))
        .findFirst()
        .orElse(ProcessHandle.current());
  }

  /** Names the run in files; no later run of the same machine has the same name. */
  static String id() {
    ProcessHandle run = process();
    return "%d-%d"
        .formatted(run.pid(), run.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }
}
