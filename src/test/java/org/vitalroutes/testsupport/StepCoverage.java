package org.vitalroutes.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.CamelContextTracker;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Records the ids of all steps that run in a process of tests, in whatever Camel context, and
 * writes them to a file of {@link #FOLDER} when the process ends.
 */
public final class StepCoverage {

  public static final Path FOLDER = Path.of("target", "steps-that-ran");

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
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        RAN.add(step.getId());
        return super.process(exchange, callback);
      }
    };
  }

  private static void write() {
    try {
      Files.createDirectories(FOLDER);
      Files.write(FOLDER.resolve(ProcessHandle.current().pid() + ".txt"), new TreeSet<>(RAN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
