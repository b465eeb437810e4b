package org.vitalroutes.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.DefaultBootstrapContext;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.mock.env.MockEnvironment;

/** The log when an operator sets every logger to TRACE. */
@Isolated("it changes the levels of all loggers")
class LogGuardTest {

  @AfterEach
  void guardAgain() {
    guard("");
  }

  @ParameterizedTest
  @CsvSource({
    "org.vitalroutes.steps.errors.Outcomes, TRACE, true",
    "org.vitalroutes, DEBUG, true",
    "org.vitalroutesque, DEBUG, false",
    "org.apache.hc.client5.http.wire, DEBUG, false",
    "ca.uhn.fhir.rest.client, TRACE, false",
    "org.postgresql.core.v3.QueryExecutorImpl, TRACE, false",
    "org.springframework.web, DEBUG, false",
    "org.springframework.web, INFO, true",
    "com.zaxxer.hikari.pool.HikariPool, DEBUG, true",
    "com.zaxxer.hikarious, DEBUG, false",
    "org.apache.coyote.http11.Http11Processor, INFO, false",
    "org.apache.coyote.http11.Http11Processor, WARN, true",
    "org.apache.camel.spring.spi.TransactionErrorHandler, ERROR, false",
    "org.apache.camel.spring.spi.Other, ERROR, true"
  })
  void below_info_only_we_and_who_is_named_are_heard(String name, String at, boolean heard) {
    guard("com.zaxxer.hikari,org.flywaydb");
    Logger logger = (Logger) LoggerFactory.getLogger(name);
    Level before = logger.getLevel();
    logger.setLevel(Level.TRACE);
    try {
      assertThat(logger.isEnabledFor(Level.toLevel(at))).isEqualTo(heard);
    } finally {
      logger.setLevel(before);
    }
  }

  @Test
  void a_level_that_is_off_stays_off() {
    guard("");
    Logger logger = (Logger) LoggerFactory.getLogger("org.vitalroutes.logging.quiet");
    logger.setLevel(Level.WARN);

    assertThat(logger.isEnabledFor(Level.INFO)).isFalse();
    assertThat(logger.isEnabledFor(Level.WARN)).isTrue();
  }

  private static void guard(String unguarded) {
    new LogGuard()
        .onApplicationEvent(
            new ApplicationEnvironmentPreparedEvent(
                new DefaultBootstrapContext(),
                new SpringApplication(),
                new String[0],
                new MockEnvironment().withProperty("logging.unguarded", unguarded)));
  }
}
