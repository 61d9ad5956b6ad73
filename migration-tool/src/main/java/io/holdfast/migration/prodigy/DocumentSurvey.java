package io.holdfast.migration.prodigy;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.migration.copy.Intake.Action;
import io.holdfast.session.Session;
import io.holdfast.workflow.Workflow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Looks at the documents: what each is, whether it can be taken, and by which name. */
final class DocumentSurvey {

  private static final String UNKNOWN_REPOSITORY = "unknown";

  private final Catalogue catalogue;
  private final Witness witness;

  DocumentSurvey(Catalogue catalogue, Witness witness) {
    this.catalogue = catalogue;
    this.witness = witness;
  }

  /** Takes the document in {@code file}, or says why not. */
  void take(StoreFile file, Shape shape, Document document) {
    try {
      switch (shape) {
        case RESUME_LOCK -> skip(file, StoreLocks.requireNotAlive(file, document.members()));
        case INDEX -> skip(file, "index");
        case MAPPING -> attach(file, document);
        case WORKTREES -> attachWorktrees(file, document);
        default -> takeRecord(file, -1, shape, document);
      }
    } catch (Rejected e) {
      reject(Place.of(file), shape, e);
    } catch (InvalidInputException e) {
      reject(Place.of(file), shape, Rejected.of(e));
    }
  }

  /** Takes each of the dead letters in {@code document}, which has its environments yet. */
  void takeLetters(StoreFile file, Document document, boolean keepEnvironment) {
    JsonNode letters = Shape.letters(document.tree());
    for (int element = 0; element < letters.size(); element++) {
      Document letter = new Document(letters.path(element), new Notes());
      document.notes().reasons().forEach(letter.notes()::add);
      if (!keepEnvironment && Environment.dropFrom(letter.tree())) {
        letter.notes().add(Notes.ENVIRONMENT_DROPPED);
      }
      try {
        takeRecord(file, element, Shape.LETTER, letter);
      } catch (Rejected e) {
        reject(Place.of(file, element), Shape.LETTERS, e);
      } catch (InvalidInputException e) {
        reject(Place.of(file, element), Shape.LETTERS, Rejected.of(e));
      }
    }
  }

  private void takeRecord(StoreFile file, int element, Shape shape, Document document) {
    Members from = document.members();
    Draft draft = draft(file, element, shape, document);
    switch (shape.kind()) {
      case "sessions" -> takeSession(draft, from);
      case "checkpoints" -> takeCheckpoint(draft, from);
      case "dead-letters" -> takeLetter(draft, from);
      default -> takeWorkflow(draft, from);
    }
  }

  private static Draft draft(StoreFile file, int element, Shape shape, Document document) {
    Json json = Document.json(document.tree());
    byte[] canonical = json.canonical();
    int bytes = Math.max(json.sizeBytes(), canonical.length);
    return new Draft(file, element, shape, bytes, Kept.digest(canonical), document.notes());
  }

  /** What is known of a document before it has a time. */
  private record Draft(
      StoreFile file, int element, Shape shape, int bytes, String digest, Notes notes) {

    Kept at(Instant time) {
      return new Kept(file, element, shape, time, bytes, digest, notes.reasons());
    }
  }

  private void takeSession(Draft draft, Members from) {
    Session session = SessionMapping.map(draft.shape, from, UNKNOWN_REPOSITORY);
    String id = session.id().value();
    String job = SessionMapping.job(from);
    if (job != null) {
      catalogue.runs(id, job);
    }
    catalogue.repositories().learn(id, draft.file);
    catalogue.sessions().add(id, draft.at(session.timing().updatedAt()), witness);
  }

  private void takeCheckpoint(Draft draft, Members from) {
    CheckpointMapping mapping = CheckpointMapping.map(draft.shape, from, draft.file);
    // Only to see whether it can be one: its version comes when all are known.
    Instant time = mapping.at(1).createdAt();
    catalogue.checkpoints().add(mapping.workflow(), mapping.number(), draft.at(time));
  }

  private void takeLetter(Draft draft, Members from) {
    DeadLetter letter = LetterMapping.map(draft.shape, from, draft.file.jobOfItems());
    catalogue.letters().add(letter.key(), draft.at(letter.updatedAt()), witness);
  }

  private void takeWorkflow(Draft draft, Members from) {
    Workflow workflow = WorkflowMapping.map(from);
    catalogue.workflows().add(workflow.id().value(), draft.at(workflow.updatedAt()), witness);
  }

  private void attach(StoreFile file, Document document) {
    Members from = document.members();
    String session = from.required("session_id");
    String job = from.required("job_id");
    catalogue.repositories().learn(session, file);
    catalogue.repositories().learn(job, file);
    attach(file, Shape.MAPPING, document, new Owner(session, job, from.time("created_at")));
  }

  private void attachWorktrees(StoreFile file, Document document) {
    Instant newest = Attachment.newest(document.tree(), new Notes());
    attach(file, Shape.WORKTREES, document, new Owner(null, file.stem(), newest));
  }

  /** Whose it is, and when it was written. */
  private record Owner(@Nullable String session, String job, @Nullable Instant time) {}

  private void attach(StoreFile file, Shape shape, Document document, Owner owner) {
    Instant time = owner.time == null ? Instant.EPOCH : owner.time;
    Kept kept = draft(file, -1, shape, document).at(time);
    Attachment attachment = new Attachment(kept, owner.session, owner.job);
    // To see whether it can be a checkpoint, if it finds no session.
    var unused = attachment.alone(document.tree()).at(1);
    catalogue.attach(attachment);
  }

  private void skip(StoreFile file, String reason) {
    witness.sees(Intakes.FILES, Action.SKIPPED, reason, Place.of(file), "");
  }

  private void reject(Place place, Shape shape, Rejected e) {
    witness.sees(shape.kind(), Action.REJECTED, e.reason(), place, e.detail());
  }
}
