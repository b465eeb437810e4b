package org.vitalroutes.smart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.testsupport.UserTokens;

class SmartKeysTest {

  @Test
  void the_first_private_key_signs_and_all_are_published_without_private_members()
      throws JOSEException {
    JWK old = new RSAKey.Builder(UserTokens.sharedKey().toPublicJWK()).keyID("old").build();
    JWK young = new ECKeyGenerator(Curve.P_384).keyID("young").generate();

    SmartKeys keys = SmartKeys.of(new JWKSet(List.of(old, young)).toString(false));

    assertThat(keys.signing().getKeyID()).isEqualTo("young");
    assertThat(keys.signing().getAlgorithm()).isEqualTo(JWSAlgorithm.ES384);
    assertThat(keys.published().toString())
        .contains("kid=old", "kid=young", "alg=RS384", "alg=ES384", "use=sig");
    assertThat(keys.published().get("keys"))
        .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
        .hasSize(2)
        .allSatisfy(key -> assertThat(key).doesNotContainKeys("d", "p", "q", "dp", "dq", "qi"));
  }

  @Test
  void a_key_without_an_id_is_named_after_its_thumbprint() throws JOSEException {
    JWK key = new ECKeyGenerator(Curve.P_384).generate();

    assertThat(SmartKeys.of(key.toJSONString()).signing().getKeyID())
        .isEqualTo(key.computeThumbprint().toString());
  }

  @Test
  void a_key_may_be_in_a_file(@TempDir Path folder) throws JOSEException, IOException {
    Path file = folder.resolve("key.json");
    Files.writeString(
        file, new ECKeyGenerator(Curve.P_384).keyID("filed").generate().toJSONString());

    assertThat(SmartKeys.of("file:" + file).signing().getKeyID()).isEqualTo("filed");
  }

  @Test
  void what_cannot_sign_is_refused_and_not_quoted() throws JOSEException {
    refused("secret", "FHIR_OAUTH_PRIVATE_KEY is neither a JWK nor a JWK set");
    refused("file:/no/such/secret", "FHIR_OAUTH_PRIVATE_KEY names a file that cannot be read");
    refused(
        new ECKeyGenerator(Curve.P_384).generate().toPublicJWK().toJSONString(),
        "FHIR_OAUTH_PRIVATE_KEY holds no private key");
    for (JWK unfit :
        List.of(
            new ECKeyGenerator(Curve.P_256).generate(),
            new RSAKey.Builder(UserTokens.sharedKey()).algorithm(JWSAlgorithm.RS256).build())) {
      refused(
          unfit.toJSONString(),
          "FHIR_OAUTH_PRIVATE_KEY must hold keys for RS384 (RSA of 2048 bits or more) or ES384"
              + " (P-384)");
    }
  }

  private static void refused(String setting, String message) {
    assertThatThrownBy(() -> SmartKeys.of(setting)).hasMessage(message);
  }
}
