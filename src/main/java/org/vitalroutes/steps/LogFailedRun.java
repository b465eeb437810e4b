package org.vitalroutes.steps;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Logs that a scheduled run failed: the class and place of the cause, as messages may hold data.
 */
@Component
final class LogFailedRun {

  private static final Logger log = LoggerFactory.getLogger(LogFailedRun.class);

  @Handler
  void log(
      @ExchangeException Exception failure,
      @ExchangeProperty(Exchange.FAILURE_ROUTE_ID) String routeId) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    log.warn("{} failed: {} in {}", routeId, root.getClass().getName(), place(root));
  }

  private static String place(Throwable root) {
    StackTraceElement[] trace = root.getStackTrace();
    return trace.length == 0 ? "an unknown place" : trace[0].toString();
  }
}
