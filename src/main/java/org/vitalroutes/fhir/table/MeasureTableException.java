package org.vitalroutes.fhir.table;

import java.util.List;

/** A mapping table has problems; all of them are listed. */
public final class MeasureTableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  MeasureTableException(List<String> problems) {
    super(
        "A mapping table has "
            + problems.size()
            + " problem(s):\n- "
            + String.join("\n- ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Each begins with its file, line, entry and field. */
  public List<String> problems() {
    return problems;
  }
}
