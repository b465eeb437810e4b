package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class FirstRunTest {

  /** {@code spring-boot:test-run} refuses to choose between two. */
  @Test
  void of_the_test_classes_only_the_first_run_has_a_main_method() {
    JavaClasses tests =
        new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("org.vitalroutes");

    assertThat(tests)
        .filteredOn(each -> each.tryGetMethod("main", String[].class).isPresent())
        .extracting(each -> each.getName())
        .containsExactly(FirstRun.class.getName());
  }
}
