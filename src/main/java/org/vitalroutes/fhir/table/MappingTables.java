package org.vitalroutes.fhir.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** All mapping tables. */
public record MappingTables(
    MeasureTable measures,
    FieldTable activity,
    FieldTable intraday,
    FieldTable workouts,
    FieldTable sleep,
    FieldTable sleepStages) {

  /** The tables that Vitalroutes brings along. */
  public static MappingTables standard() {
    return read(TableSource::load);
  }

  /**
   * The tables of a folder; a table that it does not have is the standard one.
   *
   * @throws MeasureTableException with every problem of the first table that has any
   */
  public static MappingTables of(Path folder) {
    return read(
        file -> {
          Path own = folder.resolve(file);
          try {
            return Files.exists(own) ? Files.readString(own) : TableSource.load(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static MappingTables read(UnaryOperator<String> contents) {
    return new MappingTables(
        MeasureTable.parse(contents.apply("measures.yaml")),
        fields("activity.yaml", contents),
        fields("intraday.yaml", contents),
        fields("workouts.yaml", contents),
        fields("sleep.yaml", contents),
        fields("sleep-stages.yaml", contents));
  }

  private static FieldTable fields(String file, UnaryOperator<String> contents) {
    return FieldTable.parse(file, contents.apply(file));
  }
}
