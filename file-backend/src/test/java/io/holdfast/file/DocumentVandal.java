package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.WorkflowId;
import io.holdfast.contract.CheckpointVandal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;

/**
 * Damages checkpoints in their files. Where the line has a checksum of its own, that is made to
 * fit: it is for the SHA-256 to find what is wrong. Only the row is left to the line.
 */
record DocumentVandal(FreshDirectory directory) implements CheckpointVandal {

  @Override
  public void damage(Part part, WorkflowId workflow, long version) {
    // Closing brings everything from the journal into the files.
    directory.close();
    try {
      damage(part, Shelf.checkpointKey(workflow.value(), version));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    directory.reopen();
  }

  private void damage(Part part, DocumentKey key) throws IOException {
    switch (part) {
      case STATE -> replace(Shelf.CHECKPOINTS, key, "12345}", "12346}");
      case ROW -> flipByte(path(Shelf.CHECKPOINTS, key));
      case MANIFEST -> flipBase64(Shelf.CHECKPOINTS, key, "manifest");
      case DIRECTORY -> flipBase64(Shelf.CHECKPOINT_PACKS, key, "directory");
      case BODY -> flipBase64(Shelf.CHECKPOINT_PACKS, key, "body");
      case PACK -> Files.delete(path(Shelf.CHECKPOINT_PACKS, key));
    }
  }

  private Path path(Shelf<?> shelf, DocumentKey key) {
    return directory.path().resolve(shelf.path(key));
  }

  private void flipByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private void flipBase64(Shelf<?> shelf, DocumentKey key, String member) throws IOException {
    Json json = Objects.requireNonNull(Documents.read(shelf, path(shelf, key)));
    String text = JsonFields.of(json).text(member);
    byte[] bytes = Base64.getDecoder().decode(text);
    bytes[bytes.length / 2] ^= 1;
    replace(shelf, key, text, Base64.getEncoder().encodeToString(bytes));
  }

  private void replace(Shelf<?> shelf, DocumentKey key, String from, String to) throws IOException {
    Path file = path(shelf, key);
    String json = Objects.requireNonNull(Documents.read(shelf, file)).toString();
    if (!json.contains(from)) {
      throw new AssertionError(file + " does not have " + from);
    }
    byte[] damaged = json.replace(from, to).getBytes(StandardCharsets.UTF_8);
    Files.write(file, Line.bytes(shelf.name(), Json.ofStored(damaged)));
  }
}
