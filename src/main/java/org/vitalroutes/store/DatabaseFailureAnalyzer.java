package org.vitalroutes.store;

import org.postgresql.util.PSQLException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Reports in one sentence that PostgreSQL is unusable at startup. */
public final class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<PSQLException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, PSQLException cause) {
    return new FailureAnalysis(
        "PostgreSQL cannot be used: " + cause.getMessage(),
        "Check SPRING_DATASOURCE_URL, _USERNAME and _PASSWORD, and that the server runs.",
        cause);
  }
}
