package org.vitalroutes.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Period;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.MappingTables;
import org.vitalroutes.fhir.translate.AmbiguousOwner;
import org.vitalroutes.fhir.translate.ForeignData;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.fhir.translate.Translators;
import org.vitalroutes.settings.MappingSettings;

class ReloadTablesTest {

  @TempDir Path folder;

  @Test
  void a_table_that_is_saved_is_read_again() throws IOException {
    Mapping mapping =
        new Mapping(
            MappingTables.of(folder),
            new Translators.Options(
                Identifiers.DEFAULT_NAMESPACE,
                AmbiguousOwner.SKIP,
                ForeignData.SKIP,
                true,
                true,
                Period.ZERO,
                Period.ZERO,
                false));
    Translators first = mapping.translators();
    ReloadTables tables =
        new ReloadTables(
            mapping,
            new MappingSettings(
                AmbiguousOwner.SKIP,
                ForeignData.SKIP,
                true,
                true,
                Period.ZERO,
                Period.ZERO,
                false,
                folder.toString()),
            true);
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      tables.beforeApplicationStart(context);
      context.start();

      Files.writeString(folder.resolve("sleep.yaml"), "fields: [");
      await().until(() -> mapping.problem() != null);
      assertThat(mapping.problem()).contains("sleep.yaml:1: not YAML");
      assertThat(mapping.translators()).isSameAs(first);

      Files.copy(
          Path.of("src/main/resources/mapping/sleep.yaml"),
          folder.resolve("sleep.yaml"),
          StandardCopyOption.REPLACE_EXISTING);
      await().until(() -> mapping.problem() == null);
      assertThat(mapping.translators()).isNotSameAs(first);
    }
  }
}
