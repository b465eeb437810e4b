package org.vitalroutes;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;
import org.vitalroutes.notification.WebhookSignature;

/** The allowed dependencies between packages. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.vitalroutes");

  /** Only steps know Camel; the packages behind them do not depend on how messages travel. */
  @Test
  void only_steps_know_camel() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage("..steps..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..");
    rule.check(CLASSES);
  }

  @Test
  void only_the_store_knows_sql() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage("..store..")
            // Creates the stores.
            .and()
            .areNotAssignableTo(StoreConfiguration.class)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..");
    rule.check(CLASSES);
  }

  /** A component elsewhere would be left out without a word. */
  @Test
  void components_are_imported_or_lie_where_the_application_searches() {
    String[] searched =
        Arrays.stream(
                Application.class.getAnnotation(SpringBootApplication.class).scanBasePackages())
            .map(name -> name + "..")
            .toArray(String[]::new);
    ArchRule rule =
        classes()
            .that()
            .areMetaAnnotatedWith(Component.class)
            .and()
            .areNotAssignableTo(Application.class)
            .and(not(belongToAnyOf(Application.class.getAnnotation(Import.class).value())))
            .should()
            .resideInAnyPackage(searched);
    rule.check(CLASSES);
  }

  /** The core is free of Camel and Spring, so that tests need only values. */
  @Test
  void the_core_knows_no_framework() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage(
                "org.vitalroutes.notification..",
                "org.vitalroutes.withings..",
                "org.vitalroutes.sync..",
                "org.vitalroutes.fhir..",
                "org.vitalroutes.accounts..",
                "org.vitalroutes.provider..",
                "org.vitalroutes.failure..",
                "org.vitalroutes.breaker..",
                "org.vitalroutes.operations..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.camel..", "org.springframework..", "jakarta..");
    rule.check(CLASSES);
  }

  @Test
  void the_core_does_not_know_what_calls_it() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage(
                "org.vitalroutes.notification..",
                "org.vitalroutes.withings..",
                "org.vitalroutes.sync..",
                "org.vitalroutes.fhir..",
                "org.vitalroutes.accounts..",
                "org.vitalroutes.provider..",
                "org.vitalroutes.failure..",
                "org.vitalroutes.breaker..",
                "org.vitalroutes.operations..",
                "org.vitalroutes.store..",
                "org.vitalroutes.settings..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.vitalroutes.steps..", "..web..");
    rule.check(CLASSES);
  }

  /**
   * A comparison that stops at the first different byte tells an attacker how much of a guess was
   * right.
   */
  @Test
  void nothing_compares_bytes_in_a_time_that_tells() {
    ArchRule rule =
        noClasses()
            .should()
            .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
            .orShould()
            .callMethod(Arrays.class, "compare", byte[].class, byte[].class)
            .orShould()
            .callMethod(Arrays.class, "mismatch", byte[].class, byte[].class);
    rule.check(CLASSES);
  }

  @Test
  void signatures_are_compared_in_constant_time() {
    ArchRule rule =
        classes()
            .that()
            .areAssignableTo(WebhookSignature.class)
            .should()
            .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class);
    rule.check(CLASSES);
  }

  @Test
  void signatures_are_compared_in_no_other_way() {
    ArchRule rule =
        methods()
            .that()
            .areDeclaredIn(WebhookSignature.class)
            .should(
                new ArchCondition<>("not call equals or its kin") {
                  private static final Set<String> KIN =
                      Set.of(
                          "equals",
                          "equalsIgnoreCase",
                          "compareTo",
                          "contentEquals",
                          "contains",
                          "containsAll",
                          "indexOf",
                          "matches");

                  @Override
                  public void check(JavaMethod method, ConditionEvents events) {
                    method.getMethodCallsFromSelf().stream()
                        .filter(call -> KIN.contains(call.getTarget().getName()))
                        .filter(
                            call -> !call.getTargetOwner().isEquivalentTo(WebhookSignature.class))
                        .forEach(
                            call ->
                                events.add(
                                    SimpleConditionEvent.violated(call, call.getDescription())));
                  }
                });
    rule.check(CLASSES);
  }

  @Test
  void packages_do_not_need_each_other() {
    ArchRule rule = slices().matching("org.vitalroutes.(*)..").should().beFreeOfCycles();
    rule.check(CLASSES);
  }

  @Test
  void fhir_packages_do_not_need_each_other() {
    ArchRule rule = slices().matching("org.vitalroutes.fhir.(*)").should().beFreeOfCycles();
    rule.check(CLASSES);
  }

  @Test
  void what_the_fhir_packages_share_needs_none_of_them() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("org.vitalroutes.fhir")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.vitalroutes.fhir.(**)");
    rule.check(CLASSES);
  }

  /** The tables do not depend on the translators that use them. */
  @Test
  void fhir_layers() {
    ArchRule rule =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("table")
            .definedBy("..fhir.table")
            .layer("translate")
            .definedBy("..fhir.translate")
            .layer("deliver")
            .definedBy("..fhir.deliver")
            .layer("terminology")
            .definedBy("..fhir.terminology")
            .whereLayer("translate")
            .mayOnlyBeAccessedByLayers("terminology")
            .whereLayer("deliver")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("terminology")
            .mayNotBeAccessedByAnyLayer();
    rule.check(CLASSES);
  }
}
