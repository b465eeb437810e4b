package org.vitalroutes.fhir.translate;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.table.MappingTables;
import org.vitalroutes.fhir.table.MeasureTableException;

/** The translators with the mapping tables as they are now: tables of a folder may be reloaded. */
public final class Mapping {

  private final Translators.Options options;
  private volatile MappingTables tables;
  private volatile Translators translators;
  private volatile @Nullable String problem;

  public Mapping(MappingTables tables, Translators.Options options) {
    this.options = options;
    this.tables = tables;
    translators = new Translators(tables, options);
  }

  /** The translators of real work. */
  public Translators translators() {
    return translators;
  }

  /** Translators that take the details of every row, however old it is. */
  public Translators withAllDetails() {
    return new Translators(tables, options.withAllDetails());
  }

  /**
   * Reads the tables of a folder again; a page that is being translated keeps the old ones.
   *
   * @return false when a table is wrong: then the old ones stay
   */
  public boolean reload(Path folder) {
    try {
      MappingTables edited = MappingTables.of(folder);
      tables = edited;
      translators = new Translators(edited, options);
      problem = null;
      return true;
    } catch (MeasureTableException e) {
      problem = e.getMessage();
      return false;
    }
  }

  /** What is wrong in the folder, with file, line and field; null when nothing is. */
  public @Nullable String problem() {
    return problem;
  }
}
