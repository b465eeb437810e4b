package org.vitalroutes.settings;

import java.util.List;

/** Settings are missing or too weak; the message names all of them. */
public final class SettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  public SettingsException(List<String> problems) {
    super("Vitalroutes cannot start: " + String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence per setting: its variable and the problem, never its value. */
  public List<String> problems() {
    return problems;
  }
}
