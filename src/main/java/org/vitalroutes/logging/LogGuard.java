package org.vitalroutes.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Keeps libraries from writing what passes through them: below INFO they quote headers, bodies and
 * URLs, which hold tokens and health data. However levels are set, only Vitalroutes itself and the
 * loggers of {@code logging.unguarded} are heard there.
 */
public final class LogGuard
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

  private static final String OURS = "org.vitalroutes";

  /** These quote above DEBUG too. */
  private static final Map<String, Level> FLOORS =
      Map.of(
          // What they refuse; a path may hold the signature of a callback URL.
          "org.apache.coyote",
          Level.WARN,
          "org.apache.tomcat.util",
          Level.WARN,
          // An exception's own message; the routes say what failed.
          "org.apache.camel.spring.spi.TransactionErrorHandler",
          Level.OFF);

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getTurboFilterList().removeIf(Guard.class::isInstance);
      context.addTurboFilter(
          new Guard(
              List.of(
                  event
                      .getEnvironment()
                      .getProperty("logging.unguarded", String[].class, new String[0]))));
    }
  }

  /** Right after Spring Boot has set the levels. */
  @Override
  public int getOrder() {
    return LoggingApplicationListener.DEFAULT_ORDER + 1;
  }

  private static final class Guard extends TurboFilter {

    private final List<String> unguarded;

    Guard(List<String> unguarded) {
      this.unguarded = unguarded;
    }

    @Override
    public FilterReply decide(
        @Nullable Marker marker,
        Logger logger,
        Level level,
        @Nullable String format,
        Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      // Nearly all lines are not made anyway.
      if (level.toInt() < logger.getEffectiveLevel().toInt()) {
        return FilterReply.NEUTRAL;
      }
      String name = logger.getName();
      return isWithin(name, OURS)
              || level.isGreaterOrEqual(floor(name))
              || unguarded.stream().anyMatch(prefix -> isWithin(name, prefix))
          ? FilterReply.NEUTRAL
          : FilterReply.DENY;
    }

    private static Level floor(String name) {
      for (Map.Entry<String, Level> floor : FLOORS.entrySet()) {
        if (isWithin(name, floor.getKey())) {
          return floor.getValue();
        }
      }
      return Level.INFO;
    }

    private static boolean isWithin(String name, String prefix) {
      return name.startsWith(prefix)
          && (name.length() == prefix.length() || name.charAt(prefix.length()) == '.');
    }
  }
}
