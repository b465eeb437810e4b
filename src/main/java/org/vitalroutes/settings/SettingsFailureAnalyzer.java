package org.vitalroutes.settings;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the problems of the settings as one message instead of a stack trace. */
public final class SettingsFailureAnalyzer extends AbstractFailureAnalyzer<SettingsException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, SettingsException cause) {
    return new FailureAnalysis(
        "Vitalroutes cannot start with these settings:\n\n  - "
            + String.join("\n  - ", cause.problems()),
        "Change them and start again; docs/settings.md says what each setting means.",
        cause);
  }
}
