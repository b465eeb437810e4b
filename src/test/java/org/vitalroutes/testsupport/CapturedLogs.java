package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntSupplier;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.logback.StructuredLogEncoder;

/** Captures every log line while open, with arguments, stack trace and thread. */
public final class CapturedLogs extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  /** Written while logs are captured, read by what configures logging and so loses appenders. */
  public static final ReadWriteLock CONFIGURATION = new ReentrantReadWriteLock();

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<String> json = new CopyOnWriteArrayList<>();
  private final StructuredLogEncoder encoder = new StructuredLogEncoder();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  private CapturedLogs() {}

  /** Starts capturing; call it after the application has configured logging. */
  public static CapturedLogs begin() {
    CONFIGURATION.writeLock().lock();
    CapturedLogs logs = new CapturedLogs();
    logs.setContext(logs.root.getLoggerContext());
    logs.encoder.setContext(logs.getContext());
    logs.encoder.setFormat("ecs");
    logs.encoder.start();
    logs.start();
    logs.root.addAppender(logs);
    return logs;
  }

  /**
   * Runs a command of the command line, which turns logging off for the rest of its process.
   *
   * @return the status it ends with
   */
  public static int aside(IntSupplier command) {
    CONFIGURATION.writeLock().lock();
    try {
      return command.getAsInt();
    } finally {
      LoggingSystem.get(CapturedLogs.class.getClassLoader()).cleanUp();
      CONFIGURATION.writeLock().unlock();
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    json.add(new String(encoder.encode(event), UTF_8));
    IThrowableProxy thrown = event.getThrowableProxy();
    lines.add(
        String.join(
            " ",
            event.getThreadName(),
            event.getLevel().toString(),
            event.getLoggerName(),
            event.getMDCPropertyMap().toString(),
            event.getFormattedMessage(),
            Arrays.deepToString(event.getArgumentArray()),
            String.valueOf(event.getKeyValuePairs()),
            thrown == null ? "" : ThrowableProxyUtil.asString(thrown)));
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** The lines in the format of {@code LOGGING_STRUCTURED_FORMAT_CONSOLE=ecs}. */
  public List<String> json() {
    return List.copyOf(json);
  }

  @Override
  public void close() {
    root.detachAppender(this);
    stop();
    CONFIGURATION.writeLock().unlock();
  }
}
