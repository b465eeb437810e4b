package org.vitalroutes.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.CamelContextTracker;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Records the ids of all steps that run in a process of tests, in whatever Camel context, and
 * writes them to a file when the process ends.
 */
public final class StepCoverage {

  private static final Path FOLDER = Path.of("target", "steps-that-ran");

  private static final Set<String> RAN = ConcurrentHashMap.newKeySet();

  static {
    new CamelContextTracker() {
      @Override
      public void contextCreated(CamelContext context) {
        context.getCamelContextExtension().addInterceptStrategy(StepCoverage::recording);
      }
    }.open();
    Runtime.getRuntime().addShutdownHook(new Thread(StepCoverage::write));
  }

  private StepCoverage() {}

  /** Begins to record; contexts made from now on are watched. */
  public static void begin() {
    // Loading the class is enough.
  }

  private static Processor recording(
      CamelContext context, NamedNode step, Processor target, Processor next) {
    // With the steps around it: Camel wraps no doTry.
    List<String> ids =
        Stream.iterate(step, Objects::nonNull, NamedNode::getParent).map(NamedNode::getId).toList();
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        RAN.addAll(ids);
        return super.process(exchange, callback);
      }
    };
  }

  /** The ids of the steps that ran in the processes of this build that have ended. */
  public static Set<String> ofThisRun() throws IOException {
    Set<String> ran = new TreeSet<>();
    try (Stream<Path> files = Files.list(folderOfThisRun())) {
      for (Path file : files.toList()) {
        ran.addAll(Files.readAllLines(file));
      }
    }
    return ran;
  }

  private static Path folderOfThisRun() throws IOException {
    return Files.createDirectories(FOLDER.resolve(TestRun.id()));
  }

  private static void write() {
    try {
      Path file = folderOfThisRun().resolve(ProcessHandle.current().pid() + ".txt");
      Files.write(file, new TreeSet<>(RAN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
